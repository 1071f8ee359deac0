using Ingester.Core.Json;

namespace Ingester.Core.Decoding;

/// <summary>How an exchange writes the levels of one side: an array of arrays, <c>[price, size, …]</c> or <c>[action, price, size]</c>, or of objects.</summary>
internal sealed class LevelFormat
{
    private readonly byte[] price;
    private readonly byte[] size;
    private readonly bool hasAction;
    private bool skipsZeroPrices;
    private (int Price, int Size)? scales;

    private LevelFormat(string price, string size, bool hasAction = false)
    {
        this.hasAction = hasAction;
        this.price = System.Text.Encoding.UTF8.GetBytes(price);
        this.size = System.Text.Encoding.UTF8.GetBytes(size);
    }

    /// <summary>Arrays that begin with price and size; further elements are skipped.</summary>
    public static LevelFormat Arrays { get; } = new("", "");

    /// <summary>Arrays of an action (<c>new</c>, <c>change</c> or <c>delete</c>), a price and a size; the size of a deleted level is zero.</summary>
    public static LevelFormat ActionArrays { get; } = new("", "", hasAction: true);

    /// <summary>Such arrays; a level whose price is zero is no level and is left out.</summary>
    public static LevelFormat ArraysWithoutZeroPrices { get; } = new("", "") { skipsZeroPrices = true };

    /// <summary>Arrays of a price and a size that are whole numbers of small units, see <see cref="ScaledNumber"/>; further elements are skipped.</summary>
    /// <param name="priceScale">Number of decimal places of the unit of prices.</param>
    /// <param name="sizeScale">Number of decimal places of the unit of sizes.</param>
    public static LevelFormat ScaledArrays(int priceScale, int sizeScale) => new("", "") { scales = (priceScale, sizeScale) };

    /// <summary>Objects with a price and a size under these names; other fields are skipped.</summary>
    public static LevelFormat Objects(string price, string size) => new(price, size);

    /// <summary>Reads the levels of one side.</summary>
    /// <param name="json">Before the array.</param>
    /// <param name="levels">The decoder's level buffer.</param>
    /// <param name="numbers">How prices and sizes are written.</param>
    /// <returns>The levels as <c>[["price","size"],…]</c>: the frame's own bytes when they have that form, else rewritten in the buffer.</returns>
    public ReadOnlySpan<byte> Read(scoped ref FrameReader json, LevelWriter levels, JsonNumberForm numbers = JsonNumberForm.Any)
    {
        if (price.Length == 0 && !hasAction && !skipsZeroPrices && scales is null && numbers != JsonNumberForm.Unquoted && json.TryLevels(out var canonical))
            return canonical;
        levels.BeginArray();
        json.Array();
        while (json.Element())
            if (scales is { } units)
                ReadScaledArray(ref json, levels, units);
            else if (price.Length == 0)
                ReadArray(ref json, levels, numbers);
            else
                ReadObject(ref json, levels, numbers);
        return levels[levels.EndArray()];
    }

    private void ReadArray(scoped ref FrameReader json, LevelWriter levels, JsonNumberForm numbers)
    {
        json.Array();
        var isDeleted = hasAction && ReadIsDeleted(ref json);
        if (!json.Element())
            throw json.Fault("The level has no price");
        var price = json.Decimal(numbers);
        if (!json.Element())
            throw json.Fault("The level has no size");
        var size = json.Decimal(numbers);
        if (isDeleted && size.IndexOfAnyInRange((byte)'1', (byte)'9') >= 0)
            throw json.Fault("The deleted level has a size");
        if (!skipsZeroPrices || price.IndexOfAnyExcept((byte)'0', (byte)'.') >= 0)
            levels.Add(price, size);
        while (json.Element())
            json.Skip();
    }

    private static void ReadScaledArray(scoped ref FrameReader json, LevelWriter levels, (int Price, int Size) scales)
    {
        json.Array();
        if (!json.Element())
            throw json.Fault("The level has no price");
        var price = json.WholeNumber();
        if (!json.Element())
            throw json.Fault("The level has no size");
        levels.Add(price, scales.Price, json.WholeNumber(), scales.Size);
        while (json.Element())
            json.Skip();
    }

    private static bool ReadIsDeleted(scoped ref FrameReader json)
    {
        if (!json.Element())
            throw json.Fault("The level has no action");
        var action = json.Text();
        if (action.SequenceEqual("delete"u8))
            return true;
        return action.SequenceEqual("new"u8) || action.SequenceEqual("change"u8) ? false : throw json.Fault("The action is neither new, change nor delete");
    }

    private void ReadObject(scoped ref FrameReader json, LevelWriter levels, JsonNumberForm numbers)
    {
        ReadOnlySpan<byte> priceDigits = default, sizeDigits = default;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual(price))
                priceDigits = json.Decimal(numbers);
            else if (name.SequenceEqual(size))
                sizeDigits = json.Decimal(numbers);
            else
                json.Skip();
        json.Require(!priceDigits.IsEmpty, price);
        json.Require(!sizeDigits.IsEmpty, size);
        levels.Add(priceDigits, sizeDigits);
    }
}
