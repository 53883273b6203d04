"""What an editor shows of a rulebook as it is written: problems, words, what a word means, where it stands."""
