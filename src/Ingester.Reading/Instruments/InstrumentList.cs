using Ingester.Reading.Journals;

namespace Ingester.Reading.Instruments;

/// <summary>The markets of an exchange at a moment.</summary>
/// <param name="Markets">One record per market, in ordinal order of their names. Delisted markets are included for a day.</param>
/// <param name="Unreadable">Objects that could not be used, as sentences that name the object and the reason. The list may then be incomplete.</param>
public sealed record InstrumentList(IReadOnlyList<InstrumentRecord> Markets, IReadOnlyList<string> Unreadable);
