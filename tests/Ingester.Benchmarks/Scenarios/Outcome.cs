using Ingester.Benchmarks.EndToEnd;
using Ingester.Benchmarks.Hosted;
using Ingester.Status;

namespace Ingester.Benchmarks.Scenarios;

/// <summary>A sample of one second.</summary>
/// <param name="At">The time since sending began.</param>
/// <param name="Due">Number of frames that should have been sent.</param>
/// <param name="Sent">Number of frames that had been sent.</param>
/// <param name="Status">The status of the recorder.</param>
internal sealed record Sample(TimeSpan At, long Due, long Sent, RecorderStatus Status);

/// <summary>The result of a scenario.</summary>
internal sealed record Outcome
{
    /// <summary>Time from the start of the recorder's process until it was ready.</summary>
    public required TimeSpan Start { get; init; }

    /// <summary>Number of sent frames.</summary>
    public required long Sent { get; init; }

    /// <summary>The longest delay of the sender after the due time of a frame.</summary>
    public required TimeSpan SenderLate { get; init; }

    /// <summary>The samples, one per second.</summary>
    public required IReadOnlyList<Sample> Samples { get; init; }

    /// <summary>The steal time of the CPUs.</summary>
    public required StolenTime Stolen { get; init; }

    /// <summary>The contents of the store.</summary>
    public required StoredRows Stored { get; init; }

    /// <summary>Delays from the timestamp of a frame until its row was in the segment; empty if not measured.</summary>
    public required DelayLog Received { get; init; }

    /// <summary>Delays from the event that closed a segment until it was stored, without the configured spread; empty if not measured.</summary>
    public required DelayLog Kept { get; init; }

    /// <summary>The errors, such as lost rows.</summary>
    public required IReadOnlyList<string> Faults { get; init; }

    /// <summary>The first sample at or after a time.</summary>
    public Sample After(double seconds) => Samples.First(sample => sample.At.TotalSeconds >= seconds);

    /// <summary>The largest sampled memory between two times.</summary>
    public long PeakMemory(double from, double to) =>
        Samples.Where(sample => sample.At.TotalSeconds >= from && sample.At.TotalSeconds <= to).Max(sample => sample.Status.WorkingSet);
}

/// <summary>The cost of a part of a scenario.</summary>
/// <param name="From">Its first sample.</param>
/// <param name="To">Its last sample.</param>
internal readonly record struct Piece(Sample From, Sample To)
{
    /// <summary>Number of received frames.</summary>
    public long Frames => To.Status.Events - From.Status.Events;

    /// <summary>CPU seconds per million frames.</summary>
    public double PerMillion => (To.Status.ProcessorSeconds - From.Status.ProcessorSeconds) / Frames * 1e6;

    /// <summary>Bytes allocated per frame.</summary>
    public double AllocatedPerFrame => (double)(To.Status.AllocatedBytes - From.Status.AllocatedBytes) / Frames;

    /// <summary>Number of gen 2 garbage collections.</summary>
    public int OldestCollections => To.Status.OldestCollections - From.Status.OldestCollections;
}
