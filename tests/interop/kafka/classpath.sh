# Prints nothing: defines class_path, which resolves Apache Kafka's jars with Maven once and remembers them, and
# class_path_of POM NAME, which does so for another POM. Sourced.

class_path() {
    class_path_of "$(dirname "${BASH_SOURCE[0]}")/pom.xml" kafka
}

class_path_of() {
    local pom=$1 work
    work=$(dirname "${BASH_SOURCE[0]}")/../.work
    mkdir -p "$work"
    work=$(realpath "$work")/$2.classpath
    if [ ! -s "$work" ] || [ "$pom" -nt "$work" ]; then
        mvn -B -q -Dstyle.color=never -f "$pom" dependency:build-classpath -DincludeScope=runtime -Dmdep.outputFile="$work" >&2
    fi
    cat "$work"
}

# compile NAME CLASS_PATH SOURCE…: Java sources into .work/NAME, if any of them is newer than the last time.
compile() {
    local made path=$2
    made=$(dirname "${BASH_SOURCE[0]}")/../.work/$1
    shift 2
    if [ ! -f "$made/done" ] || [ -n "$(find "$@" -newer "$made/done" -print -quit)" ]; then
        rm -rf "$made"
        javac -parameters -Xlint:all,-path,-try,-processing,-classfile -Werror -cp "$path" -d "$made" "$@"
        touch "$made/done"
    fi
}
