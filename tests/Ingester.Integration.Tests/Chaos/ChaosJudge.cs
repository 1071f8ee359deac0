using System.Collections.Immutable;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Demo;
using Ingester.Reading;
using Ingester.Reading.Auditing;
using Ingester.Simulator;
using Ingester.Simulator.Faults;
using Ingester.Simulator.Truth;
using Ingester.Storage.Stores;

namespace Ingester.Integration.Tests.Chaos;

/// <summary>
/// Judges, from the store alone, whether every event is there, whether the audit finds exactly the gaps that remain, and whether replicas reported
/// them with their cause.
/// </summary>
internal sealed class ChaosJudge(ExchangeSimulator simulator, IReadOnlySet<StreamId> disordered, ChaosOptions options)
{
    private static readonly string[] Opening = ["skip", "disconnect"];
    private readonly List<string> faults = [];

    /// <summary>Everything that is wrong, in words.</summary>
    public async Task<IReadOnlyList<string>> JudgeAsync(AuditScope period, CancellationToken cancel)
    {
        using var store = new S3Store(new() { Bucket = options.Bucket, Region = "us-east-1", ServiceUrl = options.Store, ForcePathStyle = true }, TimeProvider.System);
        using var archive = new MarketArchive(store, "");
        var check = await StoreCheck.ListAsync(store, "", cancel);
        var gaps = (await check.ReadGapsAsync(cancel)).Where(gap => gap.Missing is not null).ToLookup(gap => gap.Stream, gap => (Missing: gap.Missing!.Value, gap.Cause));
        var audits = (await archive.AuditAsync(period, cancel)).Streams.ToDictionary(audit => audit.Stream);
        long rows = 0, whole = 0, gapCount = 0;
        foreach (var stream in simulator.Counts().Select(count => count.Stream).Where(stream => stream.Dataset != Dataset.AggTrades))
        {
            var truth = simulator.Truth(stream).ToList();
            var closes = stream.Dataset == Dataset.Trades; // by what an exchange replays, and over REST
            var verdict = await check.CheckStreamAsync(stream, truth, cancel, closes);
            var wrong = disordered.Contains(stream) ? verdict.Errors.Where(fault => fault.Contains("not in the store", StringComparison.Ordinal)) : verdict.Errors;
            faults.AddRange(wrong.Select(fault => $"{stream}: {fault}"));
            (rows, whole) = (rows + verdict.SentRows, whole + verdict.WholeWindows);
            if (disordered.Contains(stream) || truth.All(row => row.UpTo is null))
                continue;
            var closed = closes ? await check.ReadRowsAsync(stream, cancel) : ImmutableHashSet<string>.Empty;
            var remaining = Remaining(truth.Where(row => row.Sent || closed.Contains(row.Row)));
            gapCount += remaining.Count;
            Compare(stream, remaining, [.. audits[stream].MissingRanges.Select(missing => missing.Range)]);
            CheckReports(stream, remaining, [.. gaps[stream]]);
        }

        faults.AddRange((await check.ReadGapsAsync(cancel)).Where(gap => gap.Cause == "overflow").Select(gap => $"{gap.Stream}: overflow although there was room"));
        if (check.CountObjects(ObjectKey.Divergent) is > 0 and var divergent)
            faults.Add($"{divergent} objects diverge");
        options.Say($"Seed {options.Seed}: {rows:N0} rows sent and compared, {whole:N0} whole windows, {gapCount:N0} gaps that remain, {check.CountObjects(ObjectKey.Variants):N0} variants, {faults.Count:N0} faults.");
        foreach (var fault in faults)
            options.Say($"  {fault}");
        return faults;
    }

    /// <summary>The events that no replica was sent, between the first and the last event that one was sent, and that were not fetched later: exactly these gaps must remain.</summary>
    private static ImmutableSortedSet<SequenceRange> Remaining(IEnumerable<TruthRow> had)
    {
        var ranges = new List<SequenceRange>();
        TruthRow? last = null;
        foreach (var row in had)
        {
            if (last is { } before && row.After > before.UpTo)
                ranges.Add(new(before.UpTo!.Value, row.After!.Value));
            last = row;
        }

        return Sorted(ranges);
    }

    private static ImmutableSortedSet<SequenceRange> Sorted(IEnumerable<SequenceRange> ranges) =>
        ranges.ToImmutableSortedSet(Comparer<SequenceRange>.Create((one, other) => (one.After, one.UpTo).CompareTo((other.After, other.UpTo))));

    private void Compare(StreamId stream, ImmutableSortedSet<SequenceRange> remaining, List<SequenceRange> audited)
    {
        var found = Sorted(audited);
        faults.AddRange(remaining.Except(found).Select(missing => $"{stream}: the gap {missing} remains, and the audit does not report it"));
        faults.AddRange(found.Except(remaining).Select(missing => $"{stream}: the audit reports that {missing} is missing, and it is not"));
    }

    /// <summary>A running replica reported each gap, with its cause. The reported gap may be longer than the one that remains.</summary>
    private void CheckReports(StreamId stream, ImmutableSortedSet<SequenceRange> remaining, List<(SequenceRange Missing, string Cause)> gaps)
    {
        bool IsReported(SequenceRange missing, params string[] causes) =>
            gaps.Any(gap => causes.Contains(gap.Cause) && gap.Missing.After <= missing.After && gap.Missing.UpTo >= missing.UpTo);

        faults.AddRange(remaining.Where(missing => !IsReported(missing, Opening))
            .Select(missing => $"{stream}: the gap {missing} was not reported; reported are {string.Join(", ", gaps)}"));
        var dropped = simulator.Faults().Where(fault => fault.Kind == InjectedFaultKind.Drop && fault.Exchange == stream.Exchange && fault.Market == stream.Market
            && fault.Dataset == stream.Dataset.Name() && fault is { Connection: null, After: not null });
        faults.AddRange(dropped.Select(fault => new SequenceRange(fault.After!.Value, fault.UpTo!.Value)).Where(missing => !IsReported(missing, "skip"))
            .Select(missing => $"{stream}: {missing} was dropped on open connections, and no replica reported a skip"));
    }
}
