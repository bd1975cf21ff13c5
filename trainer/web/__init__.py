"""The web door: requests become commands and questions, answers become pages and their parts."""
