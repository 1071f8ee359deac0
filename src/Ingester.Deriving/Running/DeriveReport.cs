using Ingester.Deriving.Rows;

namespace Ingester.Deriving.Running;

/// <summary>What a run did.</summary>
internal sealed class DeriveReport
{
    /// <summary>Minute objects written.</summary>
    public long Written { get; set; }

    /// <summary>Minutes whose inputs are those of the stored object.</summary>
    public long Unchanged { get; set; }

    /// <summary>Minute objects that another process wrote first, from the same inputs.</summary>
    public long WrittenByOthers { get; set; }

    /// <summary>Hour objects written.</summary>
    public long Hours { get; set; }

    /// <summary>Number of written rows of each condition, by the value of <see cref="DataCondition"/>.</summary>
    public long[] Rows { get; } = new long[(int)DataCondition.Missing + 1];

    /// <summary>One sentence for each object that is not readable.</summary>
    public SortedSet<string> Unreadable { get; } = new(StringComparer.Ordinal);

    /// <summary>True when written rows lack values because data is missing, disputed or not readable.</summary>
    public bool IsIncomplete => Unreadable.Count > 0 || Rows[(int)DataCondition.Disputed] + Rows[(int)DataCondition.Partial] + Rows[(int)DataCondition.Missing] > 0;
}
