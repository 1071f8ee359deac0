namespace Ingester.Core.Journals;

/// <summary>The journals that can be switched off (<c>Ingester:Journals</c>). Coverage, gaps and quarantine are always written.</summary>
public sealed class JournalOptions
{
    /// <summary>Whether this replica records when it received each event (dataset <c>arrivals</c>). Default: true.</summary>
    public bool Arrivals { get; set; } = true;

    /// <summary>Whether this replica records the entries of market lists (dataset <c>instruments</c>). Default: true.</summary>
    public bool Instruments { get; set; } = true;
}
