"""The faces of the two-way appraisal: office, one pair, public results, files."""
