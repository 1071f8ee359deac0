namespace Ingester.Paper.Models;

/// <summary>Combines the answers of models.</summary>
internal static class Ensemble
{
    /// <summary>Combines answers; null if there is none, or if no model has any confidence: then nothing is traded.</summary>
    /// <param name="answers">The answers of the models that did not fail.</param>
    public static Prediction? Combine(IReadOnlyList<NamedAnswer> answers)
    {
        var weight = answers.Sum(static one => one.Answer.Confidence);
        if (weight == 0)
            return null;
        var price = answers.Sum(static one => one.Answer.Price * one.Answer.Confidence) / weight;
        var votes = answers.CountBy(static one => one.Answer.Direction).OrderByDescending(static vote => vote.Value).ToList();
        var direction = votes.Count > 1 && votes[0].Value == votes[1].Value ? Direction.Flat : votes[0].Key;
        var agreeing = answers.Count(one => one.Answer.Direction == direction);
        return new(price, direction, weight / answers.Count * agreeing / answers.Count, answers);
    }
}
