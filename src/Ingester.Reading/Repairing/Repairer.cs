using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Core.Sequencing;
using Ingester.Exchanges;
using Ingester.Reading.Auditing;
using Ingester.Storage.Stores;

namespace Ingester.Reading.Repairing;

/// <summary>What a repair did.</summary>
public sealed record RepairReport
{
    /// <summary>The windows that are whole now.</summary>
    public required IReadOnlyList<RepairedWindow> Repaired { get; init; }

    /// <summary>Windows that are complete in fragments and could not be made whole, each a sentence.</summary>
    public required IReadOnlyList<string> Left { get; init; }

    /// <summary>Objects that could not be used, each a sentence: more may be complete, or missing, than was found.</summary>
    public IReadOnlyList<string> Unreadable { get; init; } = [];
}

/// <summary>Makes whole what the audit finds complete in fragments only.</summary>
internal sealed class Repairer(IObjectStore store, string prefix, SegmentOptions segments)
{
    /// <summary>Repairs everything in scope.</summary>
    public async Task<RepairReport> RunAsync(AuditScope scope, CancellationToken cancellation)
    {
        var audit = await new Auditor(new(store, prefix)).RunAsync(scope, cancellation);
        var windows = new WindowRepair(store, prefix, segments);
        var (repaired, left) = (new List<RepairedWindow>(), new List<string>());
        foreach (var stream in audit.Streams)
            foreach (var window in stream.Windows.Where(window => window is { Verdict: WindowVerdict.Complete, Whole: false }))
                if (await windows.MakeWholeAsync(stream.Stream, window.Window, OtherDigits(stream), cancellation) is { } whole)
                    repaired.Add(whole);
                else
                    left.Add($"{stream.Stream} {window.Window} stays in fragments: {(OtherDigits(stream).Count > 0
                        ? "the exchange writes other digits over REST" : "it is not certain what one replica would have written")}.");
        return new() { Repaired = repaired, Left = left, Unreadable = [.. audit.Unreadable.Concat(windows.Unreadable).Distinct(StringComparer.Ordinal)] };
    }

    /// <summary>What was fetched from an exchange that writes other digits over REST than on its stream.</summary>
    private static IReadOnlyList<SequenceRange> OtherDigits(StreamAudit stream) =>
        Catalog.Find(stream.Stream.Exchange)?.Profile.Find(stream.Stream.Dataset)?.Past is { SameDigits: false } ? stream.Backfilled : [];
}
