using Ingester.Publishing.Statements;

namespace Ingester.Publishing.Publication;

/// <summary>What was done with a day of an exchange and dataset.</summary>
/// <param name="Exchange">The exchange.</param>
/// <param name="Dataset">The dataset.</param>
/// <param name="Revision">The published revision.</param>
/// <param name="Condition">Its condition.</param>
/// <param name="Files">Number of its files.</param>
/// <param name="IsNew">False if this revision was published before.</param>
/// <param name="Replaced">The revision that it replaced; null for none.</param>
internal sealed record PublishOutcome(string Exchange, string Dataset, int Revision, Condition Condition, int Files, bool IsNew, int? Replaced);
