# Apache Kafka's command line tools, and what is asked of their output. Sourced, with `bootstrap` set.

kafka_tool=$(dirname "$(realpath "${BASH_SOURCE[0]}")")/../kafka/tool

tool() {
    local class=$1
    shift
    "$kafka_tool" "org.apache.kafka.tools.$class" --bootstrap-server "$bootstrap" "$@"
}

contains() {
    grep -qE -- "$2" <<<"$1" || { echo "no '$2' in: $1" >&2; return 1; }
}

# refused PATTERN COMMAND…: the tool must fail and say so.
refused() {
    local pattern=$1 output
    shift
    if output=$("$@" 2>&1); then
        echo "it succeeded: $output" >&2
        return 1
    fi
    contains "$output" "$pattern"
}
