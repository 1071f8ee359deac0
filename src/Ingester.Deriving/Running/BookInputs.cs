using Ingester.Core.Exchanges;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Deriving.Books;
using Ingester.Deriving.Inputs;
using Ingester.Exchanges;
using Ingester.Reading.Auditing;

namespace Ingester.Deriving.Running;

/// <summary>What the book of one market is made from in a period, from listings and journals.</summary>
/// <param name="Diffs">The diffs from the base snapshot on.</param>
/// <param name="Snapshots">The base snapshot, which is the last one before the period, and all later ones; in order of time.</param>
internal sealed record BookInputs(StreamInputs Diffs, IReadOnlyList<(SnapshotKey Name, string Key)> Snapshots)
{
    /// <summary>True when something is stored or was expected.</summary>
    public bool HasAny => Diffs.HasAny || Snapshots.Count > 0;

    /// <summary>What the history of the book needs to know beforehand.</summary>
    public BookHistory ToHistory(ExchangeProfile profile)
    {
        var isNumbered = ExchangeCatalog.SequenceOf(Diffs.Stream) == SequenceKind.Contiguous;
        return new()
        {
            Profile = profile.Book,
            IsNumbered = isNumbered,
            HasCompleteBooks = Diffs.Stream.Dataset == Dataset.Snapshots,
            Gaps = isNumbered ? [] : [.. Diffs.Gaps.Where(gap => gap is { IsDefect: true, IsDisputed: false } && (gap.HasUnknownStart || !IsProven(gap)))],
            Period = Diffs.Period,
            States = Diffs.States,
        };
    }

    /// <summary>True when another replica stored every minute of a gap completely.</summary>
    private bool IsProven(Reading.Journals.GapRecord gap)
    {
        const long Minute = Core.Time.Window.MicrosPerMinute;
        if (Diffs.Stream.Dataset == Dataset.Snapshots || gap.From < Diffs.Period.From || gap.To >= Diffs.Period.To)
            return false;
        var (first, last) = ((gap.From - Diffs.Period.From) / Minute, (gap.To - Diffs.Period.From) / Minute);
        return Diffs.States[(int)first..((int)last + 1)].All(static state => state is { Verdict: <= WindowVerdict.Quiet, IsWhole: true });
    }
}
