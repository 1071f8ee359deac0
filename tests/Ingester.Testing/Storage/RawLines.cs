using System.Globalization;
using System.Text;
using Ingester.Core.Keys;
using Ingester.Core.Raw;
using Ingester.Core.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Testing.Storage;

/// <summary>A raw journal whose finished objects are kept as text, without the first line, which must state the format.</summary>
internal sealed class RawLines : IDisposable
{
    private readonly Lock gate = new();
    private readonly List<(RawPartId Id, string Text)> objects = [];

    public RawLines(TimeProvider clock, RawOptions? options = null)
    {
        Journal = new(options ?? new() { Exchanges = ["*"] }, clock, new(NullLogger.Instance, Meter), Keep);
    }

    public IngesterMeter Meter { get; } = new();

    public RawJournal Journal { get; }

    /// <summary>False keeps the finished objects counted as bytes in memory, as if they could not be stored. Default true.</summary>
    public bool IsStoring { get; set; } = true;

    /// <summary>The finished objects in their order.</summary>
    public IReadOnlyList<(RawPartId Id, string Text)> Objects
    {
        get
        {
            lock (gate)
                return [.. objects];
        }
    }

    /// <summary>Ends the capture and returns the lines of one file, each without its time.</summary>
    public IReadOnlyList<string> Close(RawFileKind kind)
    {
        Journal.Close();
        return [.. Objects.Where(part => part.Id.Kind == kind).SelectMany(part => part.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Select(WithoutTime)];
    }

    public void Dispose() => Meter.Dispose();

    private static string WithoutTime(string line)
    {
        var tab = line.IndexOf('\t');
        Assert.True(decimal.TryParse(line[..tab], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _) && line[tab - 7] == '.', line);
        return line[(tab + 1)..];
    }

    private void Keep(RawObject part)
    {
        var bytes = new byte[part.Lines.Length];
        part.Lines.CopyTo(bytes);
        part.Lines.Dispose();
        var text = Encoding.UTF8.GetString(bytes).Split('\n', 2);
        Assert.Equal(part.Id.Kind == RawFileKind.Rest ? "format\t0\tf\t2" : "0\tf\t2", WithoutTime(text[0]));
        lock (gate)
            objects.Add((part.Id, text[1]));
        if (IsStoring)
            Journal.Release(bytes.Length);
    }
}
