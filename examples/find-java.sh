# Sourced by examples/run and benchmarks/run, which define "fail".
# shellcheck shell=bash

# Sets "java" to that of JAVA_HOME, or else to the one on the path; 17 or newer.
find_java() {
    if [ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/java" ]; then
        java=$JAVA_HOME/bin/java
    else
        java=$(command -v java) || fail "java was not found: install a JDK 17 or newer, or set JAVA_HOME"
    fi
    version=$("$java" -version 2>&1 | sed -n 's/.*version "\([^"]*\)".*/\1/p' | head -n 1)
    major=${version%%[.+-]*}
    case $major in
        '' | *[!0-9]*) fail "$java does not tell its version; Java 17 or newer is needed" ;;
    esac
    [ "$major" -ge 17 ] || fail "Java 17 or newer is needed, but $java is version $version"
}
