using System.Buffers.Text;
using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Testing.Model;

/// <summary>
/// A synthetic exchange whose frames are small JSON objects. Field <c>k</c> is the kind: <c>t</c> trade, <c>a</c> aggregated trade, <c>d</c> diff, <c>b</c> book,
/// <c>h</c> heartbeat; <c>s</c> symbol, <c>i</c> id, <c>U</c> and <c>u</c> range, <c>x</c> time in microseconds, <c>n</c> the serial that makes a row unique,
/// <c>r</c> replayed.
/// </summary>
internal sealed class ModelExchange : IExchange
{
    private static readonly Uri Nowhere = new("wss://127.0.0.1/");

    private ModelExchange(string name, SequenceKind depth, StreamIdentity identity)
    {
        Profile = new()
        {
            Name = name,
            Protocol = "v1",
            Symbols = new(),
            Datasets =
            [
                new(Dataset.Trades, Nowhere, SequenceKind.Contiguous, StreamIdentity.Identical) { Channel = "t" },
                new(Dataset.AggTrades, Nowhere, SequenceKind.Monotonic, StreamIdentity.Identical) { Channel = "a" },
                new(Dataset.Depth, Nowhere, depth, identity) { Channel = "d" },
            ],
            MarketLists = [new(new("https://127.0.0.1/"))],
            MarketStatuses = new() { Trading = [], Terminal = [] },
            StreamsPerConnection = 100,
            MessageLimit = new(100, TimeSpan.FromSeconds(1)),
            ConnectionLimit = new(100, TimeSpan.FromSeconds(1)),
            RequestWeightLimit = new(100, TimeSpan.FromSeconds(1)),
            SilenceLimit = TimeSpan.FromSeconds(60),
        };
    }

    /// <summary>Diffs have a contiguous sequence.</summary>
    public static ModelExchange Numbered { get; } = new("numbered", SequenceKind.Contiguous, StreamIdentity.PerConnection);

    /// <summary>Diffs have no sequence, and books come in band.</summary>
    public static ModelExchange Unnumbered { get; } = new("unnumbered", SequenceKind.None, StreamIdentity.PerConnection);

    /// <inheritdoc/>
    public ExchangeProfile Profile { get; }

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new Decoder();

    /// <inheritdoc/>
    public MarketListResult ParseMarketList(ReadOnlySpan<byte> body) => throw new NotSupportedException("The model has no market list.");

    /// <inheritdoc/>
    public IReadOnlyList<SubscribeFrame> CreateSubscribeFrames(IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId) =>
        throw new NotSupportedException("The model is not asked over a connection.");

    private sealed class Decoder : IFrameDecoder
    {
        private readonly byte[] symbol = new byte[32];
        private readonly byte[] id = new byte[24];
        private readonly byte[] price = new byte[24];
        private readonly byte[] levels = new byte[48];

        public void Decode(ReadOnlySpan<byte> frame, IEventSink sink)
        {
            var (kind, symbolLength) = ((byte)0, 0);
            long? number = null, first = null, last = null, micros = null, serial = null;
            var replayed = false;
            var json = new Utf8JsonReader(frame);
            Read(ref json, JsonTokenType.StartObject);
            while (Next(ref json))
            {
                var name = json.ValueSpan[0];
                json.Read();
                switch (name)
                {
                    case (byte)'k' when json.TokenType == JsonTokenType.String && json.ValueSpan.Length == 1: kind = json.ValueSpan[0]; break;
                    case (byte)'s' when json.TokenType == JsonTokenType.String && json.ValueSpan.Length <= symbol.Length: symbolLength = json.CopyString(symbol); break;
                    case (byte)'i': number = Number(json); break;
                    case (byte)'U': first = Number(json); break;
                    case (byte)'u': last = Number(json); break;
                    case (byte)'x': micros = Number(json); break;
                    case (byte)'n': serial = Number(json); break;
                    case (byte)'r': replayed = json.TokenType == JsonTokenType.True; break;
                    default: throw new JsonException($"The field '{(char)name}' is not known (byte {json.TokenStartIndex}).");
                }
            }

            if (json.Read())
                throw new JsonException("The frame goes on after its end.");
            if (micros is < 0 or > Micros.Max)
                throw new JsonException("The time is out of range.");
            var market = symbol.AsSpan(0, symbolLength);
            switch (kind)
            {
                case (byte)'h':
                    sink.OnNotice(new() { Kind = NoticeKind.Heartbeat, Micros = micros });
                    break;
                case (byte)'t' or (byte)'a':
                    sink.OnTrade(new()
                    {
                        Symbol = Require(market),
                        Id = Text(Require(number, "i"), id),
                        Range = SequenceRange.One(number!.Value),
                        Micros = Require(micros, "x"),
                        Price = Text(Require(serial, "n"), price),
                        Size = "1"u8,
                        IsAggregated = kind == 'a',
                        IsReplayed = replayed,
                    });
                    break;
                case (byte)'d':
                    sink.OnDiff(new()
                    {
                        Symbol = Require(market),
                        Range = first is { } from ? SequenceRange.Between(from, Require(last, "u")) : null,
                        Micros = Require(micros, "x"),
                        Bids = Levels(Require(serial, "n")),
                        Asks = "[]"u8,
                    });
                    break;
                case (byte)'b':
                    sink.OnSnapshot(new() { Symbol = Require(market), Micros = micros, Bids = Levels(Require(serial, "n")), Asks = "[]"u8 });
                    break;
                default:
                    throw new JsonException("The kind is not known.");
            }
        }

        private static bool Next(ref Utf8JsonReader json)
        {
            json.Read();
            if (json.TokenType == JsonTokenType.EndObject)
                return false;
            return json.ValueSpan.Length == 1 ? true : throw new JsonException("A field's name is longer than a letter.");
        }

        private static void Read(ref Utf8JsonReader json, JsonTokenType type)
        {
            if (!json.Read() || json.TokenType != type)
                throw new JsonException($"{type} was expected.");
        }

        private static long Number(in Utf8JsonReader json) =>
            json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var number) ? number : throw new JsonException("A number was expected.");

        private static long Require(long? value, string name) => value ?? throw new JsonException($"The field '{name}' is missing.");

        private static ReadOnlySpan<byte> Require(ReadOnlySpan<byte> text) => text.IsEmpty ? throw new JsonException("The field 's' is missing.") : text;

        private static ReadOnlySpan<byte> Text(long number, byte[] text)
        {
            Utf8Formatter.TryFormat(number, text, out var length);
            return text.AsSpan(0, length);
        }

        private ReadOnlySpan<byte> Levels(long serial)
        {
            "[[\""u8.CopyTo(levels);
            Utf8Formatter.TryFormat(serial, levels.AsSpan(3), out var length);
            "\",\"1\"]]"u8.CopyTo(levels.AsSpan(3 + length));
            return levels.AsSpan(0, length + 10);
        }
    }
}
