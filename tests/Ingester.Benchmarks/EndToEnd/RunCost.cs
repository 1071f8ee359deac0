namespace Ingester.Benchmarks.EndToEnd;

/// <summary>The cost of one run of one program.</summary>
internal sealed record RunCost
{
    /// <summary>Number of measured frames.</summary>
    public required long Frames { get; init; }

    /// <summary>CPU seconds for the measured frames.</summary>
    public required double ProcessorSeconds { get; init; }

    /// <summary>The compression ratio: bytes of rows per stored byte.</summary>
    public required double Ratio { get; init; }

    /// <summary>The peak working set of the process, in bytes.</summary>
    public required long PeakMemory { get; init; }

    /// <summary>Bytes allocated per frame, by all threads; null for a program without a garbage collector.</summary>
    public double? AllocatedPerFrame { get; init; }

    /// <summary>Number of gen 2 garbage collections.</summary>
    public int? OldestCollections { get; init; }

    /// <summary>CPU seconds from the start of the process until it had received a quarter of the frames, including start and compilation.</summary>
    public double? StartSeconds { get; init; }

    /// <summary>CPU seconds per million frames.</summary>
    public double PerMillion => ProcessorSeconds / Frames * 1e6;

    /// <summary>The error; null when there is none.</summary>
    public string? Fault { get; init; }
}

/// <summary>Statistics over several runs.</summary>
internal static class Runs
{
    /// <summary>The median.</summary>
    public static double Median(this IReadOnlyList<RunCost> runs, Func<RunCost, double> figure)
    {
        var sorted = runs.Select(figure).Order().ToList();
        return (sorted[sorted.Count / 2] + sorted[(sorted.Count - 1) / 2]) / 2;
    }
}
