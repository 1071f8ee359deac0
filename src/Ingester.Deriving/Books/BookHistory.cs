using Ingester.Core.Exchanges;
using Ingester.Core.Time;
using Ingester.Deriving.Inputs;
using Ingester.Reading.Journals;

namespace Ingester.Deriving.Books;

/// <summary>What is known beforehand about a part of the history of a book: everything except snapshots and diffs.</summary>
internal sealed class BookHistory
{
    /// <summary>The book profile of the exchange.</summary>
    public required BookProfile Profile { get; init; }

    /// <summary>True when diffs chain by ids, so that ids prove what is missing.</summary>
    public required bool IsNumbered { get; init; }

    /// <summary>True when the exchange sends complete books and no diffs.</summary>
    public bool HasCompleteBooks { get; init; }

    /// <summary>Gaps that replicas reported and that make the book unknown. They are used only where ids prove nothing.</summary>
    public IReadOnlyList<GapRecord> Gaps { get; init; } = [];

    /// <summary>The minutes of <see cref="States"/>.</summary>
    public required Period Period { get; init; }

    /// <summary>What the audit says about each minute of the diffs.</summary>
    public required IReadOnlyList<MinuteState> States { get; init; }

    /// <summary>What the audit says about the minute of a time; null outside of the period.</summary>
    public MinuteState? StateAt(long micros) => Period.Contains(micros) ? States[(int)((micros - Period.From) / Window.MicrosPerMinute)] : null;
}
