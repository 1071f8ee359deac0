using Ingester.Core.Json;

namespace Ingester.Core.Decoding;

/// <summary>How an exchange writes the levels of one side: an array of arrays, <c>[price, size, …]</c>, or of objects.</summary>
internal sealed class LevelFormat
{
    private readonly byte[] price;
    private readonly byte[] size;

    private LevelFormat(string price, string size)
    {
        this.price = System.Text.Encoding.UTF8.GetBytes(price);
        this.size = System.Text.Encoding.UTF8.GetBytes(size);
    }

    /// <summary>Arrays that begin with price and size; further elements are skipped.</summary>
    public static LevelFormat Arrays { get; } = new("", "");

    /// <summary>Objects with a price and a size under these names; other fields are skipped.</summary>
    public static LevelFormat Objects(string price, string size) => new(price, size);

    /// <summary>Reads the levels of one side.</summary>
    /// <returns>The levels as <c>[["price","size"],…]</c>: the frame's own bytes when they have that form, else rewritten in the buffer.</returns>
    public ReadOnlySpan<byte> Read(scoped ref FrameReader json, LevelWriter levels)
    {
        if (price.Length == 0 && json.TryLevels(out var canonical))
            return canonical;
        levels.BeginArray();
        json.Array();
        while (json.Element())
            if (price.Length == 0)
                ReadArray(ref json, levels);
            else
                ReadObject(ref json, levels);
        return levels[levels.EndArray()];
    }

    private static void ReadArray(scoped ref FrameReader json, LevelWriter levels)
    {
        json.Array();
        if (!json.Element())
            throw json.Fault("The level has no price");
        var price = json.Decimal();
        if (!json.Element())
            throw json.Fault("The level has no size");
        levels.Add(price, json.Decimal());
        while (json.Element())
            json.Skip();
    }

    private void ReadObject(scoped ref FrameReader json, LevelWriter levels)
    {
        ReadOnlySpan<byte> priceDigits = default, sizeDigits = default;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual(price))
                priceDigits = json.Decimal();
            else if (name.SequenceEqual(size))
                sizeDigits = json.Decimal();
            else
                json.Skip();
        json.Require(!priceDigits.IsEmpty, price);
        json.Require(!sizeDigits.IsEmpty, size);
        levels.Add(priceDigits, sizeDigits);
    }
}
