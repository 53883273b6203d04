"""Scenarios: zh-CN Gherkin read, linted and run. Nobody else knows Gherkin; pytest is not known here."""
