namespace Ingester.Benchmarks.EndToEnd;

/// <summary>What one run of one program cost.</summary>
internal sealed record Measured
{
    /// <summary>How many frames the figures are about.</summary>
    public required long Frames { get; init; }

    /// <summary>Processor seconds for them.</summary>
    public required double ProcessorSeconds { get; init; }

    /// <summary>How many bytes of rows one stored byte holds.</summary>
    public required double Ratio { get; init; }

    /// <summary>The most memory that the process had.</summary>
    public required long PeakMemory { get; init; }

    /// <summary>Bytes allocated for each frame, all threads and everything they do counted; null for what has no garbage collector.</summary>
    public double? AllocatedPerFrame { get; init; }

    /// <summary>Collections of the oldest generation.</summary>
    public int? OldestCollections { get; init; }

    /// <summary>Processor seconds from the start of the process until it had received a quarter of the frames, start and compilation included.</summary>
    public double? StartSeconds { get; init; }

    /// <summary>Processor seconds per million frames.</summary>
    public double PerMillion => ProcessorSeconds / Frames * 1e6;

    /// <summary>What is wrong; null when nothing is.</summary>
    public string? Fault { get; init; }
}

/// <summary>Figures of several runs.</summary>
internal static class Runs
{
    /// <summary>The middle one.</summary>
    public static double Median(this IReadOnlyList<Measured> runs, Func<Measured, double> figure)
    {
        var sorted = runs.Select(figure).Order().ToList();
        return (sorted[sorted.Count / 2] + sorted[(sorted.Count - 1) / 2]) / 2;
    }
}
