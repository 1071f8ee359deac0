using System.Text;

namespace Ingester.Simulator.Model;

/// <summary>Seeds that are the same in every process and on every machine, unlike <see cref="object.GetHashCode"/>.</summary>
internal static class StableSeed
{
    /// <summary>FNV-1a over the seed and the texts.</summary>
    public static int Of(int seed, params ReadOnlySpan<string> texts)
    {
        var hash = 14695981039346656037UL ^ (uint)seed;
        foreach (var text in texts)
        {
            foreach (var octet in Encoding.UTF8.GetBytes(text))
                hash = (hash ^ octet) * 1099511628211UL;
            hash = (hash ^ 0xFF) * 1099511628211UL;
        }

        return (int)(hash ^ (hash >> 32)) & int.MaxValue;
    }
}
