// Each test starts hosts of its own and measures what they do: side by side they would only be in each other's way.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
