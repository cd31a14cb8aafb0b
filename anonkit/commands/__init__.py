"""What does each command do, between its arguments and its exit code? One file a command."""
