using Ingester.Core.Markets;

namespace Ingester.Publishing.Export;

/// <summary>How far an export is. It is written by the export and read by the display.</summary>
public sealed class ExportProgress
{
    private long reached;

    /// <summary>Number of streams that are known so far; streams without data turn out when they are reached.</summary>
    public int Streams { get; internal set; }

    /// <summary>Number of streams that are done.</summary>
    public int Done { get; internal set; }

    /// <summary>The stream that is exported now; null before the first.</summary>
    public StreamId? Current { get; internal set; }

    /// <summary>The part of the day of the current stream that is done, from 0 to 1.</summary>
    public double CurrentPart => BitConverter.Int64BitsToDouble(Interlocked.Read(ref reached));

    /// <summary>The part of the export that is done, from 0 to 1.</summary>
    public double Part => Streams == 0 ? 0 : Math.Min(1, (Done + CurrentPart) / Streams);

    internal void Reach(double part) => Interlocked.Exchange(ref reached, BitConverter.DoubleToInt64Bits(Math.Clamp(part, 0, 1)));
}
