using Ingester.Benchmarks.EndToEnd;
using Ingester.Benchmarks.Hosted;
using Ingester.Status;

namespace Ingester.Benchmarks.Scenarios;

/// <summary>What was seen in one second.</summary>
/// <param name="At">The time since sending began.</param>
/// <param name="Due">How many frames should have been sent.</param>
/// <param name="Sent">How many had been sent.</param>
/// <param name="Status">What the recorder says of itself.</param>
internal sealed record Sample(TimeSpan At, long Due, long Sent, RecorderStatus Status);

/// <summary>What came of a scenario.</summary>
internal sealed record Outcome
{
    /// <summary>From the start of the recorder's process until it recorded what it was asked to.</summary>
    public required TimeSpan Start { get; init; }

    /// <summary>How many frames were sent.</summary>
    public required long Sent { get; init; }

    /// <summary>The longest that a frame was sent after it was due.</summary>
    public required TimeSpan SenderLate { get; init; }

    /// <summary>What was seen, each second.</summary>
    public required IReadOnlyList<Sample> Samples { get; init; }

    /// <summary>In which seconds the machine was the recorder's own.</summary>
    public required StolenTime Stolen { get; init; }

    /// <summary>What the store holds.</summary>
    public required StoredRows Stored { get; init; }

    /// <summary>From the frame's own stamp until its row was in its segment; empty where that was not asked.</summary>
    public required DelayLog Received { get; init; }

    /// <summary>From the event that closed a segment until the store had it, the configured spread taken off; empty where that was not asked.</summary>
    public required DelayLog Kept { get; init; }

    /// <summary>What is wrong: something was lost.</summary>
    public required IReadOnlyList<string> Faults { get; init; }

    /// <summary>The first sample at or after a time.</summary>
    public Sample After(double seconds) => Samples.First(sample => sample.At.TotalSeconds >= seconds);

    /// <summary>The most memory that was seen between two times.</summary>
    public long PeakMemory(double from, double to) =>
        Samples.Where(sample => sample.At.TotalSeconds >= from && sample.At.TotalSeconds <= to).Max(sample => sample.Status.WorkingSet);
}

/// <summary>What a piece of a scenario cost.</summary>
/// <param name="From">Its first sample.</param>
/// <param name="To">Its last sample.</param>
internal readonly record struct Piece(Sample From, Sample To)
{
    /// <summary>Frames that came.</summary>
    public long Frames => To.Status.Events - From.Status.Events;

    /// <summary>Processor seconds per million of them.</summary>
    public double PerMillion => (To.Status.ProcessorSeconds - From.Status.ProcessorSeconds) / Frames * 1e6;

    /// <summary>Bytes allocated for each.</summary>
    public double AllocatedPerFrame => (double)(To.Status.AllocatedBytes - From.Status.AllocatedBytes) / Frames;

    /// <summary>Collections of the oldest generation.</summary>
    public int OldestCollections => To.Status.OldestCollections - From.Status.OldestCollections;
}
