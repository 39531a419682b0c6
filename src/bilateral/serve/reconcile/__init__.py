"""Our entities offered to others to link to: the Reconciliation API, versions 0.1 and 0.2.

The specification is that of the W3C's Entity Reconciliation Community Group,
https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/.
"""
