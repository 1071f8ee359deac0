using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Dashboard.Components;
using Ingester.Exchanges;
using Ingester.Reading.Auditing;

namespace Ingester.Dashboard.Completeness.Auditing;

/// <summary>What the audit of some hours says about one stream.</summary>
internal sealed record StreamPart
{
    private const int FixedBytes = 400; // of this object with its lists and counts, roughly
    private const int GapBytes = 200;

    /// <summary>The stream.</summary>
    public required StreamId Stream { get; init; }

    /// <summary>The states of the minutes.</summary>
    public required MinuteMap Minutes { get; init; }

    /// <summary>Number of windows by verdict, indexed by <see cref="WindowVerdict"/>.</summary>
    public required IReadOnlyList<int> Windows { get; init; }

    /// <summary>Ids that are missing in the store.</summary>
    public required IReadOnlyList<MissingRange> MissingRanges { get; init; }

    /// <summary>Reported gaps that nothing closes.</summary>
    public required IReadOnlyList<OpenGap> OpenGaps { get; init; }

    /// <summary>Gaps of single replicas that are closed.</summary>
    public required IReadOnlyList<ClosedGap> ClosedGaps { get; init; }

    /// <summary>Number of messages after merging.</summary>
    public required long Messages { get; init; }

    /// <summary>Number of runs of windows that are not proven.</summary>
    public required int Interruptions { get; init; }

    /// <summary>True when the first expected window is not proven; null without windows.</summary>
    public required bool? StartsUnproven { get; init; }

    /// <summary>True when the last expected window is not proven; null without windows.</summary>
    public required bool? EndsUnproven { get; init; }

    /// <summary>Number of stored segments of the windows that start in these hours.</summary>
    public required int StoredObjects { get; init; }

    /// <summary>Compressed size of these segments.</summary>
    public required long StoredBytes { get; init; }

    /// <summary>True when consecutive ids prove the stream.</summary>
    public bool HasIds => ExchangeCatalog.SequenceOf(Stream) == SequenceKind.Contiguous;

    /// <summary>True when a window is not proven or a gap is open.</summary>
    public bool HasFindings => MissingRanges.Count > 0 || OpenGaps.Count > 0 || DisplayStates.IsWrong(Minutes.Combined);

    /// <summary>Size in memory, roughly.</summary>
    public long EstimatedBytes => FixedBytes + Minutes.PackedBytes + GapBytes * (MissingRanges.Count + OpenGaps.Count + ClosedGaps.Count);

    /// <summary>Takes over the audit of a stream.</summary>
    /// <param name="audit">The audit.</param>
    /// <param name="stream">The stream; the same object for all parts of a stream, so that its name is in memory once.</param>
    /// <param name="period">The audited period, in whole minutes.</param>
    public static StreamPart From(StreamAudit audit, StreamId stream, Period period)
    {
        var minutes = new DisplayState[(period.To - period.From) / Window.MicrosPerMinute];
        Array.Fill(minutes, DisplayState.NotExpected);
        var windows = new int[Enum.GetValues<WindowVerdict>().Length];
        var interruptions = 0;
        var wasUnproven = false;
        foreach (var (window, verdict, _) in audit.Windows)
        {
            windows[(int)verdict]++;
            var isUnproven = verdict > WindowVerdict.Quiet;
            interruptions += isUnproven && !wasUnproven ? 1 : 0;
            wasUnproven = isUnproven;
            var first = Math.Max(0, (window.StartMicros - period.From) / Window.MicrosPerMinute);
            var end = Math.Min(minutes.Length, (window.EndMicros - period.From) / Window.MicrosPerMinute);
            for (var minute = first; minute < end; minute++)
                minutes[minute] = MinuteStates.Of(verdict);
        }

        return new()
        {
            Stream = stream,
            Minutes = new(minutes),
            Windows = windows,
            MissingRanges = audit.MissingRanges,
            OpenGaps = audit.OpenGaps,
            ClosedGaps = audit.ClosedGaps,
            Messages = audit.Messages,
            Interruptions = interruptions,
            StartsUnproven = audit.Windows is [var opening, ..] ? opening.Verdict > WindowVerdict.Quiet : null,
            EndsUnproven = audit.Windows is [.., var closing] ? closing.Verdict > WindowVerdict.Quiet : null,
            StoredObjects = audit.StoredObjects,
            StoredBytes = audit.StoredBytes,
        };
    }
}
