"""What people read: rulebooks printed in Chinese, coverage of clauses. Reads rules, decides nothing."""
