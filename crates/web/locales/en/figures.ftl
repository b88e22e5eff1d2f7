# Figures without persons.
figures-lead = Counts in your authority at this moment. No person can be seen or worked out.
figures-small = Counts below 5 are not shown. Sometimes a larger count is hidden too, because a small one could be worked out from it.
figures-hidden = fewer than 5, or hidden
figures-none = There is nothing to count.
figures-category = Status
figures-count = Count
figures-total-untold = not shown, so that no hidden count can be worked out
figures-total = Sum
figures-cases = Cases
figures-measures = Measures
figures-joint-files = Joint files
figures-joint-actions = Joint actions
