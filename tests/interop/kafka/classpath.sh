# Prints nothing: defines class_path, which resolves Apache Kafka's jars with Maven once and remembers them. Sourced.

class_path() {
    local here work
    here=$(dirname "${BASH_SOURCE[0]}")
    work=$here/../.work
    mkdir -p "$work"
    if [ ! -s "$work/kafka.classpath" ] || [ "$here/pom.xml" -nt "$work/kafka.classpath" ]; then
        mvn -B -q -Dstyle.color=never -f "$here/pom.xml" dependency:build-classpath -DincludeScope=runtime \
            -Dmdep.outputFile="$(realpath "$work")/kafka.classpath" >&2
    fi
    cat "$work/kafka.classpath"
}
