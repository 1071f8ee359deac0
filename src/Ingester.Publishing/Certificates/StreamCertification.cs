using System.Globalization;
using Ingester.Publishing.Export;
using Ingester.Publishing.Statements;
using Ingester.Reading.Auditing;

namespace Ingester.Publishing.Certificates;

/// <summary>Judges one market of a day from its audit and the manifest of its export.</summary>
internal static class StreamCertification
{
    private const int MinutesPerDay = 24 * 60;

    /// <summary>Marks that only a reader of the objects finds, as the export does. The audit opens no objects.</summary>
    private static readonly (string Kind, string Words)[] ReadMarks = [("unreadable", "Objects that could not be read"), ("conflict", "Events with contradicting rows")];

    /// <summary>Certifies a market. At least one of audit and manifest is not null.</summary>
    /// <param name="pair">The market.</param>
    /// <param name="audit">The audit of the day; null if neither the journals nor the listing mention the market.</param>
    /// <param name="manifest">The manifest of its export; null when it is not exported.</param>
    /// <param name="variants">Number of objects below <c>variants/</c>.</param>
    /// <param name="divergent">Number of objects below <c>divergent/</c>.</param>
    public static CertifiedStream Certify(string pair, StreamAudit? audit, StreamExport? manifest, int variants, int divergent)
    {
        var windows = audit?.Windows ?? [];
        var counts = Count(windows);
        var notRecorded = MinutesPerDay - windows.Sum(window => window.Window.Minutes);
        var condition = Judge(audit, manifest, counts, notRecorded, out var reasons);
        return new()
        {
            Pair = pair,
            Condition = condition,
            Reasons = reasons,
            Export = manifest?.Revision,
            Symbol = manifest?.Symbol,
            Inputs = manifest is null ? null : new(manifest.InputCount, manifest.InputSha256) { List = manifest.InputsKey is { Length: > 0 } list ? list : null },
            Settings = Sorted(manifest?.Settings ?? new Dictionary<string, string>()),
            Notes = manifest?.Notes ?? [],
            Events = manifest?.Events ?? 0,
            First = manifest?.First,
            Last = manifest?.Last,
            Windows = counts,
            Grades = Sorted(windows.Where(window => window.Verdict == WindowVerdict.Complete).CountBy(window => window.Grade.ToString())),
            MinutesNotRecorded = notRecorded,
            Unproven = FindUnproven(windows),
            Gaps = audit is null ? new(0, 0, 0, 0) : new(audit.ReplicaMessages, audit.ReplicaGaps, audit.Messages, audit.Gaps),
            Missing = [.. (audit?.MissingRanges ?? []).Select(gap => new MissingIds(gap.Range.After, gap.Range.UpTo, gap.FromMicros, gap.ToMicros, gap.Causes, gap.HeldBy, gap.BookKnownFromMicros))],
            Open = [.. (audit?.OpenGaps ?? []).Select(gap => new ReportedGap(gap.Replica, gap.Cause, gap.Range?.After, gap.Range?.UpTo) { From = gap.FromMicros, To = gap.ToMicros })
                .OrderBy(gap => gap.From).ThenBy(gap => gap.Replica, StringComparer.Ordinal)],
            Closed = [.. (audit?.ClosedGaps ?? []).Select(gap => new ReportedGap(gap.Replica, gap.Cause, gap.Range.After, gap.Range.UpTo) { From = gap.FromMicros, To = gap.ToMicros, ClosedBy = gap.ClosedBy })
                .OrderBy(gap => gap.After).ThenBy(gap => gap.Replica, StringComparer.Ordinal)],
            Backfilled = audit?.Backfilled.Distinct().Count() ?? 0,
            Archived = audit is { Archived: { Count: > 0 } archived } ? [.. archived.Select(part => new ArchivedIds(part.Range.After, part.Range.UpTo, part.File, part.Sha256))] : null,
            Agreement = new(audit?.Agreement.Equal ?? 0, audit?.Agreement.Different ?? 0, audit?.Agreement.Single ?? 0, variants, divergent),
            BookProvenSeconds = manifest?.BookProvenSeconds,
            BookKnownSeconds = manifest?.BookKnownSeconds,
            BookFrom = manifest?.BookFrom,
            LocalTimestamp = Sorted(manifest?.LocalTimestamps ?? new Dictionary<string, long>()),
            TextNumbers = manifest?.TextNumbers ?? 0,
            Files = [.. (manifest?.Files ?? []).OrderBy(file => file.Key, StringComparer.Ordinal)],
        };
    }

    private static Condition Judge(StreamAudit? audit, StreamExport? manifest, WindowCounts counts, int notRecorded, out IReadOnlyList<string> reasons)
    {
        var found = new List<string>();
        if (audit is null)
            found.Add("No journal of the recording proves anything about this market.");
        else if (notRecorded > 0)
            found.Add(string.Create(CultureInfo.InvariantCulture, $"{notRecorded:N0} minutes of the day were not recorded."));
        foreach (var (count, word) in new[] { (counts.Missing, "missing"), (counts.Partial, "not proven complete"), (counts.Disputed, "disputed") })
            if (count > 0)
                found.Add(string.Create(CultureInfo.InvariantCulture, $"Windows that are {word}: {count:N0}."));
        if (audit?.MissingRanges.Count > 0)
            found.Add(string.Create(CultureInfo.InvariantCulture, $"Gaps in the ids: {audit.MissingRanges.Count:N0}."));
        if (audit?.OpenGaps.Count > 0)
            found.Add(string.Create(CultureInfo.InvariantCulture, $"Reported gaps that are not closed: {audit.OpenGaps.Count:N0}."));
        foreach (var (kind, what) in ReadMarks)
            if (manifest?.Marks.GetValueOrDefault(kind) is > 0 and var count)
                found.Add(string.Create(CultureInfo.InvariantCulture, $"{what}: {count:N0}."));
        var isMissing = audit is not null && counts is { Complete: 0, Quiet: 0, Disputed: 0, Partial: 0 } && manifest is not { Events: > 0 };
        if (manifest is null && !isMissing)
            found.Add("It is not exported yet.");
        reasons = found;
        return isMissing ? Condition.Missing
            : manifest is null ? Condition.Pending
            : found.Count > 0 ? Condition.Degraded
            : Condition.Available;
    }

    private static WindowCounts Count(IReadOnlyList<WindowAudit> windows)
    {
        int Of(WindowVerdict verdict) => windows.Count(window => window.Verdict == verdict);
        return new(Of(WindowVerdict.Complete), Of(WindowVerdict.Quiet), Of(WindowVerdict.Disputed), Of(WindowVerdict.Partial), Of(WindowVerdict.Missing));
    }

    private static List<Interval> FindUnproven(IReadOnlyList<WindowAudit> windows)
    {
        var found = new List<Interval>();
        foreach (var (window, verdict, _) in windows)
            if (verdict > WindowVerdict.Quiet && verdict.ToString().ToLowerInvariant() is var word)
                if (found is [.., var last] && last.To == window.StartMicros && last.Verdict == word)
                    found[^1] = last with { To = window.EndMicros };
                else
                    found.Add(new(window.StartMicros, window.EndMicros, word));
        return found;
    }

    private static SortedDictionary<string, T> Sorted<T>(IEnumerable<KeyValuePair<string, T>> counts) => new(counts.ToDictionary(), StringComparer.Ordinal);
}
