using System.Globalization;
using Ingester.Core.Time;
using Ingester.Dashboard.Components;
using Ingester.Dashboard.Markets.Books;
using Ingester.Dashboard.Markets.Figures;

namespace Ingester.Dashboard.Markets.Charts;

/// <summary>Makes the charts of a market. A value that is not known is left out, and a span that is not proven is shaded. Colours are distinguishable for colour-blind readers.</summary>
public static class MarketFigures
{
    private const string Buy = "#0072b2";
    private const string Sell = "#d55e00";
    private const string Other = "#009e73";

    /// <summary>Candlesticks.</summary>
    public static Figure Candles(BarSeries series)
    {
        var bars = series.Bars;
        return new(
            $"Candlesticks of {series.Interval.Name}, {Known(bars.Count(static bar => bar.Close is not null), bars.Count)}", "Time (UTC)", "Price",
            [new("Price", SeriesKind.Candles, Buy, Times(bars), Values(bars, static bar => bar.Close))
            {
                Open = Values(bars, static bar => bar.Open),
                High = Values(bars, static bar => bar.High),
                Low = Values(bars, static bar => bar.Low),
            }])
        { Bands = Bands([.. bars.Select(static bar => (bar.StartMicros, bar.State))], series.Interval.Micros) };
    }

    /// <summary>Volumes of buyers and sellers, and their difference.</summary>
    public static Figure Volumes(BarSeries series)
    {
        var (bars, times) = (series.Bars, Times(series.Bars));
        return new(
            $"Volumes of buys and sells of {series.Interval.Name} and their difference, {Known(bars.Count(static bar => bar.BuyVolume is not null), bars.Count)}", "Time (UTC)", "Volume",
            [
                new("Buys", SeriesKind.Bars, Buy, times, Values(bars, static bar => bar.BuyVolume)),
                new("Sells", SeriesKind.Bars, Sell, times, [.. Values(bars, static bar => bar.SellVolume).Select(static volume => -volume)]),
                new("Buys − sells", SeriesKind.Line, Other, times, Values(bars, static bar => bar.VolumeDifference)),
            ])
        { Bands = Bands([.. bars.Select(static bar => (bar.StartMicros, bar.State))], series.Interval.Micros) };
    }

    /// <summary>Spread and imbalance of the last hour.</summary>
    public static Figure Metrics(MetricSeries series)
    {
        var minutes = series.Minutes;
        List<object> times = [.. minutes.Select(static minute => (object)Time(minute.StartMicros))];
        return new(
            $"Mean spread and imbalance of each minute, {Known(minutes.Count(static minute => minute.SpreadMean is not null), minutes.Count)}", "Time (UTC)", "Spread (basis points)",
            [
                new("Spread", SeriesKind.Line, Sell, times, [.. minutes.Select(static minute => Number(minute.SpreadMean))]),
                new("Imbalance", SeriesKind.Line, Buy, times, [.. minutes.Select(static minute => Number(minute.ImbalanceMean))]) { OnRight = true },
            ])
        {
            RightTitle = "Imbalance",
            RightRange = (-1, 1),
            Bands = Bands([.. minutes.Select(static minute => (minute.StartMicros, minute.State))], Window.MicrosPerMinute),
        };
    }

    /// <summary>Cumulative sizes of a book by price, to the depth to which it is known.</summary>
    public static Figure Depth(BookPicture book) => new(
        $"Cumulative sizes of {book.Bids.Rows.Count(static row => !row.IsUncertain)} bids and {book.Asks.Rows.Count(static row => !row.IsUncertain)} asks by price", "Price", "Cumulative size",
        [Side("Bids", Buy, book.Bids), Side("Asks", Sell, book.Asks)])
    { IsTime = false };

    /// <summary>A number of the exchange as the chart draws it, rounded; the table of the chart has the exact digits.</summary>
    public static double? Number(string? text) => text is null ? null : double.Parse(text, CultureInfo.InvariantCulture);

    private static FigureSeries Side(string name, string color, LadderSide side)
    {
        var rows = side.Rows.Where(static row => !row.IsUncertain).ToList();
        return new(name, SeriesKind.Area, color, [.. rows.Select(static row => (object)Number(row.Price)!.Value)], [.. rows.Select(static row => Number(row.Total))]);
    }

    private static List<object> Times(IReadOnlyList<BarView> bars) => [.. bars.Select(static bar => (object)Time(bar.StartMicros))];

    private static List<double?> Values(IReadOnlyList<BarView> bars, Func<BarView, string?> value) => [.. bars.Select(bar => Number(value(bar)))];

    private static string Time(long micros) => Micros.ToDateTime(micros).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Known(int count, int all) => $"{count} of {all} values are known";

    /// <summary>Joins consecutive spans of the same state.</summary>
    private static List<FigureBand> Bands(IReadOnlyList<(long Start, DisplayState State)> spans, long length)
    {
        var bands = new List<FigureBand>();
        for (var first = 0; first < spans.Count;)
        {
            var last = first;
            while (last + 1 < spans.Count && spans[last + 1].State == spans[first].State)
                last++;
            if (DisplayStates.IsWrong(spans[first].State))
                bands.Add(new(Time(spans[first].Start - length / 2), Time(spans[last].Start + length / 2), spans[first].State)); // values are drawn around their start
            first = last + 1;
        }

        return bands;
    }
}
