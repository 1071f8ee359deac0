using Ingester.Dashboard.Components;
using Plotly.Blazor;
using Plotly.Blazor.LayoutLib;
using Plotly.Blazor.LayoutLib.YAxisLib;
using Plotly.Blazor.Traces;
using Plotly.Blazor.Traces.CandlestickLib;
using Plotly.Blazor.Traces.ScatterLib;
using DecreasingLine = Plotly.Blazor.Traces.CandlestickLib.DecreasingLib.Line;
using IncreasingLine = Plotly.Blazor.Traces.CandlestickLib.IncreasingLib.Line;
using LineShape = Plotly.Blazor.Traces.ScatterLib.LineLib.ShapeEnum;
using ShapeKind = Plotly.Blazor.LayoutLib.ShapeLib.TypeEnum;
using ShapeLayer = Plotly.Blazor.LayoutLib.ShapeLib.LayerEnum;
using XAxisTitle = Plotly.Blazor.LayoutLib.XAxisLib.Title;
using XAxisType = Plotly.Blazor.LayoutLib.XAxisLib.TypeEnum;

namespace Ingester.Dashboard.Markets.Charts;

/// <summary>Translates figures for Plotly. Only kinds that are drawn as SVG are used.</summary>
internal static class PlotlyFigure
{
    private const string Transparent = "rgba(0,0,0,0)";
    private const string Falling = "#d55e00";
    private const string Grey = "#7f8790";

    /// <summary>The buttons above a chart are left out: the table has the values.</summary>
    public static Config CreateConfig() => new() { Responsive = true, DisplayModeBar = Plotly.Blazor.ConfigLib.DisplayModeBarEnum.False, DisplayLogo = false };

    /// <summary>Axes, legend and shaded spans.</summary>
    public static Layout CreateLayout(Figure figure)
    {
        var left = new YAxis { Title = new() { Text = figure.YTitle }, FixedRange = true };
        var right = new YAxis { Title = new() { Text = figure.RightTitle }, FixedRange = true, Overlaying = "y", Side = SideEnum.Right, ShowGrid = false };
        if (figure.RightRange is var (low, high))
            right.Range = [low, high];
        return new()
        {
            AutoSize = true,
            PaperBgColor = Transparent,
            PlotBgColor = Transparent,
            Font = new() { Color = Grey, Size = 12 },
            Margin = new() { L = 60, R = figure.RightTitle is null ? 16 : 56, T = 12, B = 48 },
            ShowLegend = figure.Series.Count > 1,
            Legend = [new() { Orientation = Plotly.Blazor.LayoutLib.LegendLib.OrientationEnum.H, Y = 1.12m }],
            BarMode = BarModeEnum.Relative,
            DragMode = DragModeEnum.False,
            HoverMode = HoverModeEnum.XUnified,
            XAxis = [new() { Title = new XAxisTitle { Text = figure.XTitle }, Type = figure.IsTime ? XAxisType.Date : XAxisType.Linear, FixedRange = true, RangeSlider = new() { Visible = false } }],
            YAxis = figure.RightTitle is null ? [left] : [left, right],
            Shapes = [.. figure.Bands.Select(Shade)],
        };
    }

    /// <summary>The series.</summary>
    public static IList<ITrace> CreateTraces(Figure figure) => [.. figure.Series.Select(Trace)];

    private static Shape Shade(FigureBand band) => new()
    {
        Type = ShapeKind.Rect,
        Layer = ShapeLayer.Below,
        XRef = "x",
        YRef = "paper",
        X0 = band.From,
        X1 = band.To,
        Y0 = 0,
        Y1 = 1,
        FillColor = band.State switch
        {
            DisplayState.Disputed => "#8a3a6d",
            DisplayState.Partial => "#e69f00",
            _ => "#a83a00",
        },
        Opacity = 0.25m,
        Line = new() { Width = 0 },
    };

    private static ITrace Trace(FigureSeries series) => series.Kind switch
    {
        SeriesKind.Candles => new Candlestick
        {
            Name = series.Name,
            X = [.. series.X],
            Open = Values(series.Open),
            High = Values(series.High),
            Low = Values(series.Low),
            Close = Values(series.Y),
            Increasing = new Increasing { FillColor = series.Color, Line = new IncreasingLine { Color = series.Color } },
            Decreasing = new Decreasing { FillColor = Falling, Line = new DecreasingLine { Color = Falling } },
        },
        SeriesKind.Bars => new Bar { Name = series.Name, X = [.. series.X], Y = Values(series.Y), Marker = new() { Color = series.Color } },
        _ => new Scatter
        {
            Name = series.Name,
            X = [.. series.X],
            Y = Values(series.Y),
            YAxis = series.OnRight ? "y2" : "y",
            Mode = series.Kind == SeriesKind.MarkedLine ? ModeFlag.Lines | ModeFlag.Markers : ModeFlag.Lines,
            ConnectGaps = false,
            Fill = series.Kind == SeriesKind.Area ? FillEnum.ToZeroY : FillEnum.None,
            Line = new() { Color = series.Color, Shape = series.Kind == SeriesKind.Area ? LineShape.Hv : LineShape.Linear, Dash = series.OnRight ? "dot" : "solid" },
        },
    };

    private static IList<object> Values(IReadOnlyList<double?> values) => [.. values.Select(static value => (object)value!)]; // null is a gap
}
