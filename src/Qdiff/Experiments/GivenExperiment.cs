using System.Security.Cryptography;
using System.Runtime.InteropServices;

namespace Qdiff;

/// <summary>
/// The experiment of parts that a program has as objects: it says their names in its configuration and knows them by a catalog in
/// which they stand, in the place of any others of their names, so that a run of it is a run like any other.
/// </summary>
static class GivenExperiment
{
    /// <param name="name">What the run is called.</param>
    /// <param name="network">What is trained.</param>
    /// <param name="images">What it learns from.</param>
    /// <param name="objective">What training minimises.</param>
    /// <param name="training">Everything else; its names are the catalog's.</param>
    /// <param name="catalog">The parts that there are besides.</param>
    public static ResolvedExperiment Create(string name, Network network, ImageSet images, Objective objective,
        TrainingConfig training, Catalog catalog)
    {
        DiffusionConfig diffusion = new() { Steps = objective.Schedule.Steps };
        diffusion = Named(diffusion, objective.Schedule, ref catalog);
        diffusion = Named(diffusion, objective.Weighting, ref catalog);
        if (catalog.Predictions.Find(objective.Prediction.Name) != objective.Prediction)
            catalog = catalog with { Predictions = With(catalog.Predictions, objective.Prediction) };
        diffusion = diffusion with { Prediction = objective.Prediction.Name };
        if (objective.GetType() != typeof(Objective))
        {
            string kind = objective.GetType().Name;
            catalog = catalog with { Objectives = With(catalog.Objectives, new NamedObjective(kind, (_, _, _) => objective)) };
            diffusion = diffusion with { Objective = kind };
        }

        string data = "given", model = network.GetType().Name;
        catalog = catalog with
        {
            DataSets = With(catalog.DataSets, new DataSource(data, images.Name, "", [Split.Train], (_, _) => images)),
            Networks = With(catalog.Networks, NamedNetwork.Create(model, network)),
        };
        return ResolvedExperiment.Create(new()
        {
            Name = name,
            Data = new() { Dataset = data },
            Model = new() { Name = model },
            Diffusion = diffusion,
            Training = training,
        }, catalog);
    }

    /// <summary>The catalog's schedule with the same noise, or one that is called by it.</summary>
    static DiffusionConfig Named(DiffusionConfig diffusion, NoiseSchedule schedule, ref Catalog catalog)
    {
        foreach (NamedSchedule known in catalog.Schedules)
        {
            NoiseSchedule same = known.Create(schedule.Steps);
            // One that is always of another length is not it.
            if (same.Steps != schedule.Steps) continue;
            diffusion = diffusion with { Schedule = known.Name };
            if (same.Beta.SequenceEqual(schedule.Beta)) return diffusion;
            if (same.Steps > 1 && same.RescaledToZeroTerminalSnr().Beta.SequenceEqual(schedule.Beta))
                return diffusion with { ZeroTerminalSnr = true };
        }

        string name = $"given-{Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(schedule.Beta)))[..8]}";
        catalog = catalog with { Schedules = With(catalog.Schedules, new NamedSchedule(name, _ => schedule)) };
        return diffusion with { Schedule = name };
    }

    /// <summary>The catalog's weighting with the settings of this one, or this one itself.</summary>
    static DiffusionConfig Named(DiffusionConfig diffusion, Weighting weighting, ref Catalog catalog)
    {
        Weighting? known = catalog.Weightings.Find(weighting.Name);
        // Only of the library's are usual values left out: what a program brings may be another the next time.
        Weighting? usual = known == Catalog.Default.Weightings.Find(weighting.Name) && known?.GetType() == weighting.GetType()
            ? known : null;
        OwnSettings own = OwnSettings.None;
        foreach (PartSetting<Weighting> setting in weighting.Settings)
            if (usual is null || setting.Read(weighting) != setting.Read(usual))
                own = own.With(setting.Name, setting.Read(weighting));
        if ((usual is null ? known : own.ApplyTo(usual)) != weighting)
            catalog = catalog with { Weightings = With(catalog.Weightings, weighting) };
        return diffusion with { Weighting = weighting.Name, OfWeighting = own };
    }

    /// <summary>The list with this part in the place of any other of its name.</summary>
    static Parts<T> With<T>(Parts<T> parts, T own) where T : IPart => [.. parts.Where(part => part.Name != own.Name), own];
}
