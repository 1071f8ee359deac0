using System.Globalization;
using System.Text.RegularExpressions;
using Ingester.Storage.Stores;
using Ingester.Testing.Storage;
using static Ingester.Testing.Stores.StoredText;

namespace Ingester.Testing.Stores;

/// <summary>Damages a finished store. Each kind of object has its own probability of damage; one store in six has none by design.</summary>
internal sealed partial class StoreDamage(Random random, MemoryStore store, Market market)
{
    private readonly List<string> done = [];

    /// <summary>Descriptions of the damage.</summary>
    public IReadOnlyList<string> Done => done;

    /// <summary>True when a coverage or gap row was changed, or a whole object was added: only a reader that opens every object detects that.</summary>
    public bool HasFalseRows { get; private set; }

    /// <summary>True when an object was stored under the key of another object, or under an invalid key.</summary>
    public bool Moved { get; private set; }

    public void Inflict()
    {
        if (random.Next(6) == 0)
            return;
        foreach (var kind in new[] { market.Dataset + "/", "fragments/", "variants/", "coverage/", "gaps/", "snapshots/" })
        {
            var chance = random.Next(5) switch { 0 => 0.1, 1 => 0.4, _ => 0.0 };
            foreach (var key in Keys(kind).Where(_ => random.NextDouble() < chance).ToList())
                Remove(key);
        }

        for (var blows = random.Next(4); blows > 0; blows--)
            if (Keys(market.Dataset + "/").Concat(Keys("fragments/")).Concat(Keys("variants/")).ToList() is { Count: > 0 } keys)
                Strike(keys[random.Next(keys.Count)], keys[random.Next(keys.Count)]);
        if (random.Next(4) == 0)
            Falsify();
        if (random.Next(4) == 0 && Keys("snapshots/") is { Count: > 0 } books && books[random.Next(books.Count)] is var book)
            Forge("cut", book, store.Body(book)[..random.Next(store.Body(book).Length)], store.Metadata(book));
    }

    private List<string> Keys(string start) => [.. store.Keys.Where(key => key.StartsWith(start, StringComparison.Ordinal))];

    private void Remove(string key)
    {
        done.Add($"removed {key}");
        store.Remove(key);
    }

    private void Strike(string key, string other)
    {
        var (body, metadata) = (store.Body(key), store.Metadata(key));
        switch (random.Next(8))
        {
            case 0:
                Forge("cut", key, body[..random.Next(body.Length)], metadata);
                break;
            case 1 when key != other:
                var (body2, metadata2) = (store.Body(other), store.Metadata(other));
                Forge("swapped", key, body2, metadata2);
                Forge("swapped", other, body, metadata);
                Moved = true;
                break;
            case 2:
                store.Remove(key);
                Forge("renamed", Elsewhere(key), body, metadata);
                HasFalseRows |= !key.StartsWith("fragments/", StringComparison.Ordinal);
                Moved = true;
                break;
            case 3:
                var copy = key.StartsWith("fragments/", StringComparison.Ordinal) ? key["fragments/".Length..] : "fragments/" + key;
                HasFalseRows |= !copy.StartsWith("fragments/", StringComparison.Ordinal);
                if (!key.StartsWith("variants/", StringComparison.Ordinal) && !store.Has(copy))
                    Forge("doubled", copy, body, metadata);
                break;
            case 4 when Unpack(body) is { } text:
                Forge("other rows", key, Pack(SizePattern().Replace(text, "\"$1\",\"777\"", 1).Replace("\"size\":\"1", "\"size\":\"9", StringComparison.Ordinal)), metadata);
                break;
            case 5 when Unpack(body) is { } text && text.Split('\n') is { Length: > 3 } lines:
                Forge("a row removed", key, Pack(string.Join('\n', lines.Where((_, place) => place != lines.Length / 2))), random.Next(2) == 0 ? metadata : ObjectMetadata.None);
                break;
            case 6 when market.Numbered:
                Forge("absurd name", RangePattern().Replace(key, random.Next(2) == 0 ? "_${after}_9223372036854775807." : "_-5_${upto}."), body, metadata);
                (HasFalseRows, Moved) = (true, true);
                break;
            default:
                Forge("flipped", key, [.. body.Select((octet, place) => place == body.Length / 2 ? (byte)~octet : octet)], metadata);
                break;
        }
    }

    private void Forge(string how, string key, byte[] body, ObjectMetadata metadata)
    {
        done.Add($"{how}: {key}");
        store.Forge(key, body, metadata);
    }

    /// <summary>Changes a key to another minute of the same hour.</summary>
    private string Elsewhere(string key) => TimePattern().Replace(key, match =>
        string.Create(CultureInfo.InvariantCulture, $"{match.Groups[1].Value}{random.Next(60):00}-"));

    /// <summary>Changes a line of coverage or gaps so that it is false.</summary>
    private void Falsify()
    {
        if (Keys(random.Next(2) == 0 ? "coverage/" : "gaps/") is not { Count: > 0 } keys || keys[random.Next(keys.Count)] is not { } key || Unpack(store.Body(key)) is not { } text)
            return;
        HasFalseRows = true;
        var change = random.Next(3) switch
        {
            0 => text.Replace("\"state\":\"absent\"", "\"state\":\"quiet\"", StringComparison.Ordinal).Replace("\"state\":\"whole\"", "\"state\":\"quiet\"", StringComparison.Ordinal),
            1 => NumberPattern().Replace(text, match => match.Groups[1].Value + random.NextInt64(2_000_000)),
            _ => text.Replace("\"cause\":\"disconnect\"", "\"cause\":\"crossed\"", StringComparison.Ordinal),
        };
        Forge("false rows", key, Pack(change), ObjectMetadata.None);
    }

    [GeneratedRegex("\"(\\d)\",\"\\d+\"")]
    private static partial Regex SizePattern();

    [GeneratedRegex(@"_(?<after>-?\d+)_(?<upto>-?\d+)\.")]
    private static partial Regex RangePattern();

    [GeneratedRegex(@"(/\d\d)\d\d-")]
    private static partial Regex TimePattern();

    [GeneratedRegex("(\"(?:after|upto)\":)\\d+")]
    private static partial Regex NumberPattern();
}
