# Shared by the launchers `kafka/kafka` and `kabuki`: sourced, never run.
#
# A launcher keeps one directory per server: `data/` (the log dir), `server.log` (what it printed) and `server`, the
# facts that tests need, one `key=value` a line:
#   bootstrap=127.0.0.1:PORT   pid=PID   dir=DIR   data=DIR/data   log=DIR/server.log   ops=http://… (empty: none)

# Seconds until a start or a clean stop counts as failed. Generous: loaded CI machines start a JVM slowly.
SERVER_WAIT_SECONDS=${SERVER_WAIT_SECONDS:-60}

die() {
    echo "$(basename "$0"): $*" >&2
    exit 1
}

# Prints N free loopback ports. They are held open together, so that they differ.
free_ports() {
    python3 - "$1" <<'PYTHON'
import socket, sys
held = [socket.create_server(("127.0.0.1", 0)) for _ in range(int(sys.argv[1]))]
print(*(s.getsockname()[1] for s in held))
PYTHON
}

# The value of KEY in DIR's facts; empty where there are none.
fact() {
    local dir=$1 key=$2
    [ -f "$dir/server" ] && sed -n "s/^$key=//p" "$dir/server" || true
}

# Whether the process lives; a zombie that nobody has waited for yet does not count, unless threads of it still end:
# until the last is gone it holds its locks and its port.
alive() {
    local pid=$1 state threads
    [ -n "$pid" ] && state=$(sed 's/.*) //; s/ .*//' "/proc/$pid/stat" 2>/dev/null) || return 1
    [ "$state" = Z ] || return 0
    threads=$(ls "/proc/$pid/task" 2>/dev/null | wc -l)
    [ "$threads" -gt 1 ]
}

# The pid of DIR's server, if it is alive and really is that server (its command line names DIR).
own_pid() {
    local pid
    pid=$(fact "$1" pid)
    alive "$pid" && tr '\0' ' ' <"/proc/$pid/cmdline" | grep -qF "$1" && echo "$pid"
}

write_facts() {
    local dir=$1 bootstrap=$2 pid=$3 ops=$4
    printf '%s\n' "bootstrap=$bootstrap" "pid=$pid" "dir=$dir" "data=$dir/data" "log=$dir/server.log" "ops=$ops" >"$dir/server"
}

# Waits until a line of server.log after line FROM matches; dies with the log's tail when the server ends before.
wait_for_line() {
    local dir=$1 pid=$2 from=$3 pattern=$4 deadline=$((SECONDS + SERVER_WAIT_SECONDS))
    until tail -n "+$((from + 1))" "$dir/server.log" | grep -E "$pattern"; do
        if ! alive "$pid" || [ $SECONDS -ge $deadline ]; then
            tail -n 30 "$dir/server.log" >&2
            kill -KILL "$pid" 2>/dev/null || true
            die "no line matching '$pattern' in $dir/server.log"
        fi
        sleep 0.02
    done
}

wait_gone() {
    local pid=$1 deadline=$((SECONDS + SERVER_WAIT_SECONDS))
    while alive "$pid"; do
        [ $SECONDS -lt $deadline ] || return 1
        sleep 0.02
    done
}

# Ends DIR's server by SIGTERM, by its own pid; fails (after SIGKILL) when it does not end in time.
stop_server() {
    local pid
    pid=$(own_pid "$1") || return 0
    kill -TERM "$pid"
    wait_gone "$pid" && return 0
    kill -KILL "$pid"
    die "pid $pid did not stop within $SERVER_WAIT_SECONDS s and was killed"
}

kill_server() {
    local pid
    pid=$(own_pid "$1") || return 0
    kill -KILL "$pid"
    wait_gone "$pid"
}

# start [DIR] [--override KEY=VALUE]…: calls the launcher's own `launch DIR KEY=VALUE…`, prints the facts.
# Started again on the same DIR, a server keeps its port.
start_server() {
    local dir="" overrides=()
    while [ $# -gt 0 ]; do
        case $1 in
        --override) overrides+=("$2"); shift 2 ;;
        --*) die "unknown option $1" ;;
        *) dir=$1; shift ;;
        esac
    done
    [ -n "$dir" ] || dir=$(mktemp -d "${TMPDIR:-/tmp}/kabuki-interop.XXXXXX")
    mkdir -p "$dir/data"
    dir=$(realpath "$dir")
    ! own_pid "$dir" >/dev/null || die "a server runs on $dir already (pid $(own_pid "$dir"))"
    touch "$dir/server.log"
    launch "$dir" ${overrides[@]+"${overrides[@]}"}
    cat "$dir/server"
}

server_main() {
    local command=${1:-}
    [ $# -eq 0 ] || shift
    case $command in
    start) start_server "$@" ;;
    stop) stop_server "$(realpath "${1:?DIR}")" ;;
    kill) kill_server "$(realpath "${1:?DIR}")" ;;
    restart) stop_server "$(realpath "${1:?DIR}")"; start_server "$@" ;;
    prepare) prepare ;;
    *) die "usage: $(basename "$0") start [DIR] [--override KEY=VALUE]… | stop DIR | kill DIR | restart DIR | prepare" ;;
    esac
}
