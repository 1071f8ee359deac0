using Ingester.Core.Memory;

namespace Ingester.Core.Rows;

/// <summary>Compresses rows. Each result is a complete gzip member, and concatenated members decompress to all rows.</summary>
internal interface IRowCodec
{
    /// <summary>Compresses the rows to one gzip member, in pooled chunks that the caller disposes.</summary>
    RowBuffer Compress(RowBuffer rows);
}
