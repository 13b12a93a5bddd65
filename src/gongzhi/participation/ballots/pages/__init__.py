"""The pages of ballots: lists and one ballot, the hall meeting, figures."""
