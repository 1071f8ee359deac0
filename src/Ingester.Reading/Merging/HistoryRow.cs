using Ingester.Core.Time;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Merging;

/// <summary>A row in the history of a replica.</summary>
/// <param name="Row">The row.</param>
/// <param name="Window">The window where it is stored; of several replicas' windows the earliest.</param>
internal readonly record struct HistoryRow(LoadedRow Row, Window Window);
