using System.Globalization;
using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Testing.Storage;

namespace Ingester.Tests.Program.Importing;

/// <summary>Diffs without a time, on a connection whose exchange time stands still.</summary>
public sealed class UntimedImportTests
{
    private const int Diffs = 400; // one a second: the segment is sealed several times, always at the same exchange time

    [Fact]
    public async Task Diffs_are_read_in_the_order_in_which_they_were_received()
    {
        using var folder = new TemporaryDirectory();
        var file = Path.Combine(folder.Path, "recording.ws.tsv");
        await File.WriteAllLinesAsync(file, [.. Opening(), .. Enumerable.Range(0, Diffs).Select(second => Line(second + 10, $"[2,[100,1,{1 + second % 3}],{second + 4}]"))]);
        using var rig = new ImportRig();
        await rig.ImportAsync("bitfinex", [file]);

        var depth = (await StoredRecording.ReadAsync(rig, "bitfinex")).Streams.Single(stream => stream.Id.Dataset == Dataset.Depth);
        Assert.True(rig.Segments().Count(segment => segment.Name.Stream.Dataset == Dataset.Depth) > 2, "the segment was not sealed while the exchange time stood still");
        Assert.Equal(Enumerable.Range(0, Diffs).Select(second => 1 + second % 3), depth.Rows.Select(SizeOf));
    }

    private static IEnumerable<string> Opening() =>
    [
        Line(0, """{"event":"conf","status":"OK","flags":65536}"""),
        Line(0, """{"event":"subscribed","channel":"trades","chanId":1,"symbol":"tBTCUSD","pair":"BTCUSD"}"""),
        Line(0, """{"event":"subscribed","channel":"book","chanId":2,"symbol":"tBTCUSD","prec":"P0","freq":"F0","len":"250","pair":"BTCUSD"}"""),
        Line(1, """[1,"te",[1,1761350401000,0.5,100],1]"""),
        Line(1, """[1,"te",[2,1761350401000,0.5,100],2]"""),
        Line(2, """[2,[[100,1,1]],3]"""),
    ];

    private static string Line(int second, string frame) => string.Create(CultureInfo.InvariantCulture, $"{1_761_350_400 + second}.000000\t{frame}");

    private static int SizeOf(string row)
    {
        using var json = JsonDocument.Parse(row);
        return int.Parse(json.RootElement.GetProperty("bids")[0][1].GetString()!, CultureInfo.InvariantCulture);
    }
}
