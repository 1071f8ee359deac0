using System.Text.Json;
using Ingester.Paper.Journal;

namespace Ingester.Paper.Report;

/// <summary>Makes the report of a run from its journal.</summary>
/// <param name="journals">The journals.</param>
/// <param name="proofs">What the store proves; null to use what the run itself knew.</param>
internal sealed class ReportBuilder(RunJournalReader journals, StoreProofs? proofs)
{
    /// <summary>Makes the report.</summary>
    /// <exception cref="JournalException">There is no such run, or its journal is damaged.</exception>
    public async Task<PaperReport> BuildAsync(string run, CancellationToken cancellation)
    {
        var check = await journals.VerifyAsync(run, cancellation);
        var summary = new JournalSummary();
        try
        {
            await foreach (var line in journals.ReadAsync(run, cancellation))
                summary.Add(line);
        }
        catch (JsonException invalid)
        {
            throw new JournalException($"The journal of the run {run} is not readable: {invalid.Message}");
        }

        var fills = new List<ReportFill>();
        foreach (var fill in summary.Fills)
            fills.Add(proofs is null ? fill : await proofs.JudgeAsync(fill, cancellation));
        var closed = fills.GroupBy(static fill => fill.Market, StringComparer.Ordinal).SelectMany(TradeMatcher.Match).ToList();
        var moved = closed.Sum(static trade => Math.Abs(trade.Result));
        return new()
        {
            Run = run,
            From = summary.FromMicros,
            To = summary.ToMicros,
            Ended = summary.IsEnded,
            Predictions = summary.Predictions,
            PredictionAccuracy = summary.PredictionAccuracy,
            Decisions = summary.Decisions,
            Refused = summary.Refused,
            Refusals = summary.Refusals,
            Orders = summary.Orders,
            Rejected = summary.Rejected,
            Fills = fills.Count,
            Evidence = new SortedDictionary<string, int>(fills.CountBy(static fill => fill.Evidence).ToDictionary(), StringComparer.Ordinal),
            StartValue = summary.StartValue,
            EndValue = summary.EndValue,
            ClosedResult = closed.Sum(static trade => trade.Result),
            Fees = fills.Sum(static fill => fill.Fee),
            MaxDrawdown = summary.MaxDrawdown,
            MaxDrawdownShare = summary.MaxDrawdownShare,
            ClosedTrades = closed.Count,
            HitRate = closed.Count == 0 ? null : (decimal)closed.Count(static trade => trade.Result > 0) / closed.Count,
            ProvenResult = closed.Where(static trade => trade.IsProven).Sum(static trade => trade.Result),
            ProvenShare = moved == 0 ? null : closed.Where(static trade => trade.IsProven).Sum(static trade => Math.Abs(trade.Result)) / moved,
            HasStoreProofs = proofs is not null,
            Unreadable = [.. proofs?.Unreadable ?? []],
            JournalHead = check.Head,
        };
    }
}
