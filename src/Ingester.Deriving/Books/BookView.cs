using Ingester.Core.Books;
using Ingester.Deriving.Rows;

namespace Ingester.Deriving.Books;

/// <summary>The book of one market at one moment of its history, and what is known about it.</summary>
internal sealed class BookView
{
    private const string CrossedReason = "The book is crossed: its best bid is not below its best ask.";

    private (DataCondition Condition, string? Reason) lasting = (DataCondition.Missing, "No snapshot is stored before.");
    private (DataCondition Condition, string? Reason) sinceLastDiff = (DataCondition.Complete, null);

    /// <summary>The levels. Meaningless while the book is not known.</summary>
    public OrderBook Book { get; } = new();

    /// <summary>The last id that the book contains; null when the exchange has no sequence ids.</summary>
    public long? UpTo { get; set; }

    /// <summary>False when diffs are missing, or there is no snapshot.</summary>
    public bool IsKnown => lasting.Condition < DataCondition.Partial;

    /// <summary>True when the levels can be used: they are known, nothing is missing since the last diff, and they are not crossed.</summary>
    public bool IsUsable => Condition < DataCondition.Partial;

    /// <summary>Complete, unproven, disputed or missing.</summary>
    public DataCondition Condition => Worst.Condition is < DataCondition.Partial and var condition && !Book.IsCrossed ? condition : DataCondition.Missing;

    /// <summary>The reason of any condition except complete, as a sentence.</summary>
    public string? Reason => Worst.Condition < DataCondition.Partial && Book.IsCrossed ? CrossedReason : Worst.Reason;

    private (DataCondition Condition, string? Reason) Worst => sinceLastDiff.Condition > lasting.Condition ? sinceLastDiff : lasting;

    /// <summary>A snapshot replaced the levels: earlier doubts are over.</summary>
    public void Restart(long? upTo) => (UpTo, lasting, sinceLastDiff) = (upTo, (DataCondition.Complete, null), (DataCondition.Complete, null));

    /// <summary>Records a doubt that lasts until the next snapshot. A worse one stays.</summary>
    public void Doubt(DataCondition condition, string reason)
    {
        if (condition > lasting.Condition)
            lasting = (condition, reason);
    }

    /// <summary>Records a doubt that ends with the next diff that follows without a gap. A worse one stays.</summary>
    public void DoubtUntilNextDiff(DataCondition condition, string reason)
    {
        if (condition > sinceLastDiff.Condition)
            sinceLastDiff = (condition, reason);
    }

    /// <summary>A diff follows without a gap: nothing was missing since the one before.</summary>
    public void Continue() => sinceLastDiff = (DataCondition.Complete, null);
}
