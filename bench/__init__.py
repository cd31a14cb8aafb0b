"""What is fast, and how do we know: one command measures anonkit and its peers in the same run."""
