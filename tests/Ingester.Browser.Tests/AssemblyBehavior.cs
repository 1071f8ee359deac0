[assembly: CollectionBehavior(DisableTestParallelization = true)] // there is one browser
