using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Storage;
using Ingester.Demo;
using Ingester.Simulator;
using Ingester.Simulator.Truth;

namespace Ingester.Integration.Tests.Chaos;

/// <summary>Judges, from the store alone, whether every event is there and whether the holes that remain are the gaps that were reported.</summary>
internal sealed class ChaosJudge(ExchangeSimulator simulator, IReadOnlySet<StreamId> disordered)
{
    private static readonly string[] Opening = ["skip", "disconnect"];
    private static readonly string[] Replaying = ["coinbase", "kraken"];

    /// <summary>Everything that is wrong, in words.</summary>
    public async Task<IReadOnlyList<string>> JudgeAsync(ChaosOptions options, CancellationToken cancel)
    {
        using var store = new S3Store(new() { Bucket = options.Bucket, Region = "us-east-1", ServiceUrl = options.Store, ForcePathStyle = true }, TimeProvider.System);
        var check = await StoreCheck.ListAsync(store, "", cancel);
        var gaps = await check.GapsAsync(cancel);
        var faults = new List<string>();
        long rows = 0, whole = 0, holes = 0;
        foreach (var count in simulator.Counts().Where(count => count.Stream.Dataset != Dataset.AggTrades))
        {
            var truth = simulator.Truth(count.Stream).ToList();
            var replays = count.Stream.Dataset == Dataset.Trades && Replaying.Contains(count.Stream.Exchange);
            var verdict = await check.CheckAsync(count.Stream, truth, cancel, replays);
            var wrong = disordered.Contains(count.Stream) ? verdict.Faults.Where(fault => fault.Contains("not in the store", StringComparison.Ordinal)) : verdict.Faults;
            faults.AddRange(wrong.Select(fault => $"{count.Stream}: {fault}"));
            (rows, whole) = (rows + verdict.Sent, whole + verdict.Whole);
            if (replays || disordered.Contains(count.Stream) || truth.All(row => row.UpTo is null))
                continue; // where trades are replayed, a hole may have been closed
            var reported = gaps.Where(gap => gap.Stream == count.Stream && gap.Missing is not null && Opening.Contains(gap.Cause)).Select(gap => gap.Missing!.Value).ToList();
            var remaining = Remaining(truth);
            holes += remaining.Count;
            faults.AddRange(Unreported(remaining, reported).Select(hole => $"{count.Stream}: the hole {hole} was not reported; reported are {string.Join(", ", reported)}"));
        }

        faults.AddRange(gaps.Where(gap => gap.Cause == "overflow").Select(gap => $"{gap.Stream}: overflow although there was room"));
        if (check.Count(ObjectKey.Divergent) is > 0 and var divergent)
            faults.Add($"{divergent} objects diverge");
        options.Say($"Seed {options.Seed}: {rows:N0} rows sent and compared, {whole:N0} whole windows, {holes:N0} holes that remain, {check.Count(ObjectKey.Variants):N0} variants, {faults.Count:N0} faults.");
        return faults;
    }

    /// <summary>What nobody was sent between the first and the last event that somebody was sent: exactly these holes must remain.</summary>
    private static List<SequenceRange> Remaining(List<TruthRow> truth)
    {
        var holes = new List<SequenceRange>();
        TruthRow? last = null;
        foreach (var row in truth.Where(row => row.Sent))
        {
            if (last is { } before && row.After > before.UpTo)
                holes.Add(new(before.UpTo!.Value, row.After!.Value));
            last = row;
        }

        return holes;
    }

    /// <summary>A hole is reported when the gaps of the replicas cover it: each may have seen a longer one than remains.</summary>
    private static IEnumerable<SequenceRange> Unreported(List<SequenceRange> holes, List<SequenceRange> reported) =>
        holes.Where(hole => !reported.Any(gap => gap.After <= hole.After && gap.UpTo >= hole.UpTo));
}
