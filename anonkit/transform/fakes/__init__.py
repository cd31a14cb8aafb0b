"""Made-up values for what has no domain of numbers: names, addresses, mailboxes, organisations, accounts, dates."""
