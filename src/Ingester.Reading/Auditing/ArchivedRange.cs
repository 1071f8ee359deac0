using Ingester.Core.Sequencing;

namespace Ingester.Reading.Auditing;

/// <summary>Ids that no replica recorded and that were taken from a file that the exchange publishes.</summary>
/// <param name="Range">The ids.</param>
/// <param name="File">Name of the file; empty when the row of <c>gaps</c> does not name it.</param>
/// <param name="Sha256">The SHA-256 of the file in lower case hex; empty when the row does not state it.</param>
public sealed record ArchivedRange(SequenceRange Range, string File, string Sha256);
