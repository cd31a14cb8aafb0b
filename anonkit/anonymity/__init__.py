"""How are the people of a table hidden in crowds? k-anonymity and its kin, with the least loss."""
