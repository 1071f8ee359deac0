using Ingester.Core.Keys;
using Ingester.Core.Memory;

namespace Ingester.Core.Raw;

/// <summary>The lines of one object of raw capture. The receiver owns and disposes them.</summary>
/// <param name="Id">Identifies the object.</param>
/// <param name="Lines">The lines.</param>
/// <param name="Count">Number of lines.</param>
internal sealed record RawObject(RawPartId Id, RowBuffer Lines, int Count);
