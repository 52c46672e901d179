# Counts and prints checks for the suites written in shell. Sourced.

passed=0
failed=0

# check NAME COMMAND…: the command's standard error goes to ours; its last line tells why it failed.
check() {
    local name=$1 errors status
    shift
    errors=$(mktemp)
    set +e # as the condition of an `if`, the body would run on after a failed command
    (set -e; "$@") 2>"$errors" >&2
    status=$?
    set -e
    if [ $status = 0 ]; then
        passed=$((passed + 1))
        echo "ok $name"
    else
        failed=$((failed + 1))
        echo "FAILED $name $(tail -n 3 "$errors" | tr '\n' ' ' | cut -c1-1000)"
    fi
    cat "$errors" >&2
    rm -f "$errors"
}

# equal WHAT EXPECTED ACTUAL
equal() {
    [ "$2" = "$3" ] || { echo "$1: expected '$2', got '$3'" >&2; return 1; }
}

# same WHAT EXPECTED_FILE ACTUAL_FILE
same() {
    cmp -s "$2" "$3" || { echo "$1 differs: $(diff "$2" "$3" | head -n 5 | cut -c1-300 | tr '\n' ' ')" >&2; return 1; }
}

close_checks() {
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ]
}
