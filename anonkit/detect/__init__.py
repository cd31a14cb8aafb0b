"""Where personal information is: the engine and its parts."""
