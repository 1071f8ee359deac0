using Ingester.Core.Memory;

namespace Ingester.Storage.Spooling;

/// <summary>A spooled object that was read and verified.</summary>
/// <param name="Header">Its header.</param>
/// <param name="Body">Its gzipped rows, which the reader disposes.</param>
internal sealed record SpooledObject(SpoolHeader Header, RowBuffer Body);
